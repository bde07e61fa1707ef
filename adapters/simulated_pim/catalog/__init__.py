"""Products and product models: values, levels, axes, associations."""
