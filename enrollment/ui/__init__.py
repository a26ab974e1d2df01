"""The only part of the package that knows Streamlit: frame, address, cached door, charts, markup."""
