"""Issues: what is known of one, what to do about it, and in which words. Plain data, pure."""
