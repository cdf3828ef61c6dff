"""Runs as a report reads them: records, certificates, measurements."""
