"""Rules about documents, one pure function each."""
