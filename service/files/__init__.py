"""Bytes of documents: kept by their content, scanned before they are served."""
