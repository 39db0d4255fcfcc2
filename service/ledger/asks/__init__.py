"""What two different people of finance have to want: one asks with a reason, another one answers."""
