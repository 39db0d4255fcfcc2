"""Finance's workbooks: what was listed, answered, returned, closed, as sheets that check themselves.

Each file makes one workbook. Totals are formulas; a sheet of checks sets them beside what the
database and the ledger say, so that whoever signs can see that both agree, and that nobody changed
an amount afterwards. What a reader may see follows the pages: names are masked and of an account
only its end is shown unless the reader may see more and gives a reason; a sensitive programme is
not named to whom it does not concern. That a workbook was given out is recorded.
"""
