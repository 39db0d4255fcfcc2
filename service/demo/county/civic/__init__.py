"""Events that change who people are before the law: births, marriages, courts, corrections."""
