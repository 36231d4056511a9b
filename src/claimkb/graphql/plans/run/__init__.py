"""plans/run"""
