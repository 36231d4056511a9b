"""plans/compile"""
