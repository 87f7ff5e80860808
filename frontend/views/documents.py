"""Pages of documents, threads, answers (the lead is writing these: documents.py, threads.py, their templates)."""
