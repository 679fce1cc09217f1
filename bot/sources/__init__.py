"""Where facts come from: web pages and quotes, Hugging Face, other indexes."""
