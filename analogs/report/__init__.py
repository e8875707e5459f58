"""The report: tables, figures and the document."""
