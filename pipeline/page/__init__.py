"""The page on which one hears the voices: one HTML file that opens offline."""
