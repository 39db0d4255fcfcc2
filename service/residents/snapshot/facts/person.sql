-- Table person: everybody with a current entry in the household register.

SELECT
    residence.person_id,
    residence.division,
    residence.person_id AS payee_person_id,
    coalesce(application.childcare_claimant, wj_fp.claimant_person_id) AS childcare_payee_person_id,
    coalesce(ty_cons.payee_person_id, residence.person_id) AS conscript_payee_person_id,
    child.guardian_person_id,
    death.death_reported_date AS p__death_reported_date,
    dispute.person_id IS NOT NULL AS p__identity_disputed,

    residence.birth AS p__birth,
    residence.hukou_county AS p__hukou_county,
    residence.hukou_prov AS p__hukou_prov,
    TRUE AS p__nationality_cn,
    death.death_date AS p__death_date,
    residence.hukou_out_date AS p__hukou_out_date,
    prison.from_date AS p__imprisoned_from,
    prison.to_date AS p__imprisoned_to,
    told('TY_CONS', ty_cons.person_id, ty_cons.service_status = '现役') AS p__in_service,
    told('CZ_PAY', cz_pay.person_id, cz_pay.on_payroll) AS p__fin_payroll,
    mz_check.monthly_income_fen AS p__monthly_income_fen,
    mz_check.income_pc_fen AS hh__income_pc_fen,

    told('MZ_SA', assistance.person_id, assistance.dibao) AS sa__dibao,
    told('MZ_SA', assistance.person_id, assistance.dibian) AS sa__dibian,
    told('MZ_SA', assistance.person_id, assistance.tekun) AS sa__tekun,

    told('CL_CERT', cl_cert.person_id, TRUE) AS dis__has_cert,
    cl_cert.category AS dis__category,
    cl_cert.grade AS dis__grade,
    cl_cert.status AS dis__cert_status,
    cl_cert.expires_on AS dis__cert_expire,
    elder.selfcare AS dis__selfcare,
    told('CL_SERV', care.person_id, care.entrusted) AS dis__entrusted_care,
    told('RS_INS', insurance.person_id, insurance.work_injury_care) AS dis__work_injury_care,
    told('GA_VEH', vehicle.person_id, vehicle.wheelchair) AS dis__wheelchair_vehicle,

    elder.assess AS eld__assess,
    elder.valid_to AS eld__assess_valid_to,

    told('MZ_CHILD', child.person_id, child.orphan) AS child__orphan,
    told('MZ_CHILD', child.person_id, child.swwr) AS child__swwr,
    told('MZ_CHILD', child.person_id, child.hiv) AS child__hiv,

    told('TY_PREF', ty_pref.person_id, ty_pref.periodic AND ty_pref.recognised_on <= last_day())
        AS vet__other_pref,
    told('TY_CONS', ty_cons.person_id, ty_cons.from_here) AS vet__conscript_from_here,
    ty_cons.month_count AS vet__service_month_count,
    told('TY_CONS', ty_cons.person_id, ty_cons.plateau) AS vet__plateau,

    told('RS_INS', insurance.person_id, insurance.unemployment) AS ins__unemp_benefit,

    wj_fp.wife_birth AS fp__wife_birth,
    told('WJ_FP', wj_fp.person_id, wj_fp.only_child_dead) AS fp__only_child_dead,
    told('WJ_FP', wj_fp.person_id, wj_fp.only_child_disabled3) AS fp__only_child_disabled3,
    -- Not a roll one is on or off: without a record nobody has said anything.
    wj_fp.no_rebirth AS fp__no_rebirth,
    wj_fp.legal_birth AS fp__legal_birth,

    told('SL_MIG', sl_mig.person_id, sl_mig.registered) AS mig__registered,
    told('SL_MIG', sl_mig.person_id, sl_mig.mode = '直补') AS mig__direct_pay,
    sl_mig.term_end AS mig__term_end,

    application.apply_date_mz08 AS app__apply_date__MZ08,
    application.approve_date_mz08 AS app__approve_date__MZ08,
    application.apply_date_mz09 AS app__apply_date__MZ09,
    application.approve_date_mz09 AS app__approve_date__MZ09,
    application.apply_date_mz17 AS app__apply_date__MZ17,
    application.approve_date_mz17 AS app__approve_date__MZ17,
    application.apply_date_wj02 AS app__apply_date__WJ02,
    application.approve_date_wj02 AS app__approve_date__WJ02,
    application.apply_date_wj06 AS app__apply_date__WJ06,
    application.approve_date_wj06 AS app__approve_date__WJ06
FROM residence
LEFT JOIN death USING (person_id)
LEFT JOIN dispute USING (person_id)
LEFT JOIN prison USING (person_id)
LEFT JOIN ty_cons USING (person_id)
LEFT JOIN ty_pref USING (person_id)
LEFT JOIN cz_pay USING (person_id)
LEFT JOIN mz_check USING (person_id)
LEFT JOIN assistance USING (person_id)
LEFT JOIN cl_cert USING (person_id)
LEFT JOIN care USING (person_id)
LEFT JOIN vehicle USING (person_id)
LEFT JOIN elder USING (person_id)
LEFT JOIN child USING (person_id)
LEFT JOIN insurance USING (person_id)
LEFT JOIN wj_fp USING (person_id)
LEFT JOIN sl_mig USING (person_id)
LEFT JOIN application USING (person_id)
