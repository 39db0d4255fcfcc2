"""Database pull: one agreed SELECT, asked read-only, streamed, and remembered by a watermark."""
