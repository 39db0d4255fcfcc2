"""The payment voucher: what was signed, as a page and a PDF that replace the paper one."""
