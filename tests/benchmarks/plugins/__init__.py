"""Plug-ins: files, folders and installed packages that add to what there is."""
