"""How is a language model asked about a text, where a desk has set one up?

settings say where it is and what it may cost. prompt writes the question, in which the text is data; asking sends it, and reads an
answer within bounds of time and size; assistant keeps the account of tokens, and lets domain/assisting judge what comes back.
Without CLAIMKB_ASSISTANT_URL none of it does anything.
"""
