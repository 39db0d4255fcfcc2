"""What is still due to the dead: one estate line for each registered heir, and who waits for one."""
