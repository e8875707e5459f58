"""The report: figures and tables of claims, and one HTML file that holds them all."""
