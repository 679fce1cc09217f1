"""Hugging Face's hub: the only room that knows huggingface_hub. What goes wrong there comes out as words."""

from huggingface_hub import constants

# The library would tell the hub which tool starts this program, and to find that out ask the hub for a list of tools: a
# request of its own, always to the address that HF_ENDPOINT had when the library was loaded.
constants.HF_HUB_DISABLE_TELEMETRY = True
