"""From an analysed document to the flat graph, and fragments inlined in the text."""
