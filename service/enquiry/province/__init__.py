"""The province's sign-in for residents (OpenID Connect): another way to show who asks, beside the code.

It is offered when it is configured. Whoever cannot or does not want to use it asks for a code.
"""
