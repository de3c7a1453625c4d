"""The analysis of a document, kept up to date edit by edit."""
