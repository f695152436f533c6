"""The directory of help for prisoners and their relatives."""
