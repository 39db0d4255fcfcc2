-- Table person: applications and events, resettled people, houses, machines, animals and forest.

SELECT
    residence.person_id,
    applied.* EXCLUDE (person_id),

    told('MZ_CREM', funeral.person_id, funeral.cremated) AS evt__cremated,
    told('MZ_CREM', funeral.person_id, funeral.eco_burial) AS evt__eco_burial,
    told('GA_BRAVE', brave.person_id, brave.recognised) AS evt__brave,
    brave.grade AS evt__brave_grade,
    told('YB_INS', medical.person_id, medical.cancer_two) AS evt__cancer_two,
    told('TY_PREF', ty_pref.person_id, happened(ty_pref.died_on) OR happened(death.death_date))
        AS evt__decease_of_pref,
    told('GD_ELE', meter.person_id, meter.bound) AS evt__ele_meter_bound,
    told('XZ_COLL', township.person_id, township.festival) AS evt__festival,

    told('SL_MIG', sl_mig.person_id, sl_mig.registered AND (sl_mig.removed_on IS NULL OR sl_mig.removed_on > last_day()))
        AS mig__registered,
    sl_mig.moved_on AS mig__moved_date,
    sl_mig.term_end AS mig__term_end,
    told('SL_MIG', sl_mig.person_id, sl_mig.mode = '直补') AS mig__direct_pay,
    told('SL_MIG', sl_mig.person_id, sl_mig.reservoir_size = '小型') AS mig__small_reservoir,

    house_case.danger_grade AS hou__danger_grade,
    told('JS_HOU', house_case.person_id, house_case.accepted) AS hou__accepted,
    counted('ZR_REAL', dwelling.person_id, dwelling.houses) = 1 AS hou__only_house,
    told('JS_HOU', house_case.person_id, coalesce(house_case.past_aid, FALSE)) AS hou__past_aid,
    told('JS_HOU', house_case.person_id, house_case.rent_approved) AS hou__rent_approved,
    house_case.guarantee_area AS hou__guarantee_area,
    house_case.rent_on AS hou__rent_date,
    told('ZR_GEO', landslide_move.person_id, landslide_move.moved) AS hou__geo_moved,

    told('YJ_DIS', disaster.person_id, disaster.collapsed) AS dst__collapsed,
    counted('YJ_DIS', disaster.person_id, disaster.damaged_rooms) AS dst__damaged_rooms,
    told('YJ_DIS', disaster.person_id, disaster.need_transition) AS dst__need_transition,
    told('YJ_DIS', disaster.person_id, disaster.need_winter) AS dst__need_winter,
    told('YJ_DIS', disaster.person_id, disaster.death) AS dst__death_in_disaster,

    machine.price_fen AS mach__item_price_fen,
    machine.quota_fen AS mach__quota_fen,
    told('NY_MACH', machine.person_id, machine.verified) AS mach__verified,
    told('NY_MACH', machine.person_id, machine.owner_here) AS mach__owner_here,
    machine.serial_unique AS mach__serial_unique,
    told('NY_MACH', machine.person_id, machine.scrapped) AS mach__scrapped,
    machine.scrap_quota_fen AS mach__scrap_quota_fen,

    counted('NY_VETR', animal.person_id, animal.dead_heads) AS ani__dead_heads,
    counted('NY_VETR', animal.person_id, animal.cull_heads) AS ani__cull_heads,
    animal.species AS ani__species,
    told('NY_VETR', animal.person_id, animal.vaccinator) AS ani__vaccinator,
    counted('NY_VETR', animal.person_id, coalesce(animal.work_months, 0)) AS ani__work_months,

    counted('LY_FOR', forest.person_id, forest.public_area_milli_mu) AS fst__gyl_area_milli_mu,
    forest.owner AS fst__owner_type,
    forest.share_bp AS fst__collective_share_bp,
    told('LY_FOR', forest.person_id, forest.ranger) AS fst__ranger,
    told('LY_FOR', forest.person_id, coalesce(forest.ranger_ok, FALSE)) AS fst__ranger_ok,
    counted('LY_FOR', forest.person_id, forest.afforest_area_milli_mu) AS fst__afforest_area_milli_mu
FROM residence
LEFT JOIN applied USING (person_id)
LEFT JOIN funeral USING (person_id)
LEFT JOIN brave USING (person_id)
LEFT JOIN medical USING (person_id)
LEFT JOIN ty_pref USING (person_id)
LEFT JOIN death USING (person_id)
LEFT JOIN meter USING (person_id)
LEFT JOIN township USING (person_id)
LEFT JOIN sl_mig USING (person_id)
LEFT JOIN house_case USING (person_id)
LEFT JOIN dwelling USING (person_id)
LEFT JOIN landslide_move USING (person_id)
LEFT JOIN disaster USING (person_id)
LEFT JOIN machine USING (person_id)
LEFT JOIN animal USING (person_id)
LEFT JOIN forest USING (person_id)
