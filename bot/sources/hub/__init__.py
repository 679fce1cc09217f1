"""Hugging Face's hub: the only package that uses huggingface_hub. Its failures become `HubError`."""

from huggingface_hub import constants

# The library would report to the hub which tool starts this program, and fetch a list of tools for that: an extra request,
# always to the value of HF_ENDPOINT at the time of the import.
constants.HF_HUB_DISABLE_TELEMETRY = True
