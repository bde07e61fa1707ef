"""The account of an import as one HTML file that needs nothing else."""

from importbus.adapters.html_report.writing import MOST_FAILURES, WrittenReport, write_html_report

__all__ = ["MOST_FAILURES", "WrittenReport", "write_html_report"]
