"""SM2 with SM3 (GB/T 32918): what domestic USB keys sign with. The server only verifies."""
