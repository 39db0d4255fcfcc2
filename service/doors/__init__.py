"""Every address of the service: who may pass, and to which thing; what is not written down is shut."""
