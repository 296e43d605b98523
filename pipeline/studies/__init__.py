"""Programs that run the pipeline many times or compare its runs: the paper's variants, search, ablation, comparison."""
