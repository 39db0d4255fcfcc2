"""Deliveries that come without anybody uploading a file: agreed sources, and four ways of coming.

``terms`` what can be agreed, ``register`` who agreed to what, ``collect`` one look at one source,
``folder``, ``sftp`` and ``database`` the ways in which we fetch, ``push`` the one in which the
department sends. All four end in :func:`~service.residents.importing.import_delivery`.
"""
