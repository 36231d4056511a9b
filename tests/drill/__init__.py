"""Does a back-up bring back what was acknowledged? The whole way with real servers, on both engines: `make restore-drill`.

It uses the machines, the clients and the checks of tests/faults.
"""
