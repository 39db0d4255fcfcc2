"""China Construction Bank style payroll sheets: nine columns out, the same nine plus two back."""
