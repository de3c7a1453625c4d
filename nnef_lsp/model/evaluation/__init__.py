"""Evaluation of expressions and invocations during analysis."""
