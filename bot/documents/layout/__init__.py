"""How documents are set: PDF, .docx, tables."""
