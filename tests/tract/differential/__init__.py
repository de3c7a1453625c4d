"""Small models in tract's dialect, as tract reads them and as we do: random in their operations, arguments, types, extents."""
