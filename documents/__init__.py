"""The texts: documents, update log, versions, threads, dispositions, conversions. Imports processes and below."""
