"""A year of somebody's own payments: month by month, programme by programme, with the sum that came."""
