"""Banks' answers to our requests to cancel, and what replies and statements mean for them."""
