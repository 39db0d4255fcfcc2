"""Search of the trail: by person, officer, organisation, thing, act, kind and time, together."""
