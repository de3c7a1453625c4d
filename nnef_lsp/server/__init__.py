"""The language server: the only importer of pygls and lsprotocol.

Not here: what an editor asks (`ide`), which knows nothing of the protocol.
"""
