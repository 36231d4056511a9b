"""How does a request become a response? In the order of reading:

routes               which addresses there are; the endpoint stands in front of the framework
endpoint             the steps of a request over HTTP, in their order
request_heads        the headers of a request, judged once for each client
requests             the operations in a body or a query string
origins              which Host and Origin a request may have
authentication       which account sends it, and how often a caller may guess
operations           the steps of an operation on every transport: admit, then plan or execute
responses            the media type, the status and the JSON of a result
event_streams        results as server-sent events
websockets           operations and results over graphql-transport-ws
connection_limits    how many streams and WebSockets may be open
one_shot             a request and its response in one piece each, for a web server that can do that
security_headers     the headers of every response
files, graphiql      files that are the same for every client, and the page for browsers
health               /healthz and /readyz
"""
