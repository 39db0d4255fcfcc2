"""Standing queries: what audits found in real life, asked again each night of everything that was paid."""
