"""Programs that run the pipeline many times: the paper's variants, a search, an ablation, a comparison."""
