"""Everything published is rebuilt from its records, and compared with what is stored."""
