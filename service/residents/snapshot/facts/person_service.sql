-- Table person: soldiers, veterans and survivors; families; party and older duties.

SELECT
    residence.person_id,
    ty_pref.category AS vet__category,
    ty_pref.disability_nature AS vet__dis_nature,
    ty_pref.disability_grade AS vet__dis_grade,
    told('TY_PREF', ty_pref.person_id, ty_pref.mental AND ty_pref.disability_grade IN (5, 6))
        AS vet__psy_5_6,
    ty_pref.care_mode AS vet__care_mode,
    told('TY_PREF', ty_pref.person_id, ty_pref.relation_here) AS vet__relation_here,
    ty_pref.transferred_in_on AS vet__transfer_in_date,
    told('TY_PREF', ty_pref.person_id, ty_pref.confirmed_year = year(last_day()))
        AS vet__annual_confirmed,
    ty_pref.survivor_type AS vet__survivor_type,
    ty_pref.survivor_relation AS vet__survivor_rel,
    ty_serv.enlisted_on AS vet__enlist_date,
    ty_serv.discharged_on AS vet__discharge_date,
    ty_serv.conscript_years AS vet__service_years_cons,
    told('TY_SERV', ty_serv.person_id, ty_serv.rural_at_discharge) AS vet__rural_at_discharge,
    told('RS_INS', insurance.person_id, insurance.employee_pension) AS vet__has_pension,
    told('TY_PREF', ty_pref.person_id, ty_pref.periodic AND ty_pref.recognised_on <= last_day())
        AS vet__other_pref,
    told('TY_PREF', ty_pref.person_id, ty_pref.war) AS vet__war,
    told('TY_PREF', ty_pref.person_id, ty_pref.nuclear) AS vet__nuclear,
    told('RS_INS', insurance.person_id, insurance.has_workunit)
    OR told('GJJ', housing_fund.person_id, housing_fund.pays) AS vet__has_workunit,
    told('TY_PREF', ty_pref.person_id, ty_pref.martyr_child) AS vet__martyr_child_recognised,
    told('TY_PREF', ty_pref.person_id, ty_pref.periodic_before_18) AS vet__had_periodic_before18,
    told(
        'MZ_SA', assistance.person_id,
        assistance.dibao OR assistance.dibian OR assistance.tekun OR assistance.zcx
    ) AS vet__hardship,
    told('TY_CONS', ty_cons.person_id, ty_cons.from_here) AS vet__conscript_from_here,
    ty_cons.month_count AS vet__service_month_count,
    told('TY_CONS', ty_cons.person_id, ty_cons.plateau) AS vet__plateau,
    ty_cons.education AS vet__edu_level,
    ty_cons.merit AS vet__merit,
    told('TY_SERV', ty_serv.person_id, ty_serv.placement = '自主就业') AS vet__self_employ_discharge,
    full_years(ty_serv.enlisted_on, ty_serv.discharged_on) AS vet__service_years_total,
    ty_pref.deceased_monthly_fen AS vet__deceased_monthly_fen,

    wj_fp.surviving_children AS fp__surviving_children,
    told('WJ_FP', wj_fp.person_id, wj_fp.sons = 0 AND wj_fp.daughters = 2) AS fp__only_two_girls,
    -- Not a roll one is on or off: without a record nobody has said anything.
    wj_fp.no_violation AS fp__no_violation,
    coalesce(wj_fp.last_birth, parenthood.last_birth) AS fp__last_birth,
    told('WJ_FP', wj_fp.person_id, wj_fp.only_child_dead) AS fp__only_child_dead,
    -- The child's own certificate, where there is one, before what the office noted.
    CASE
        WHEN child_cert.person_id IS NOT NULL THEN child_cert.grade <= 3 AND child_cert.status = '正常'
        ELSE told('WJ_FP', wj_fp.person_id, wj_fp.only_child_disabled3)
    END AS fp__only_child_disabled3,
    wj_fp.no_rebirth AS fp__no_rebirth,
    wj_fp.wife_birth AS fp__wife_birth,
    wj_fp.complication_grade AS fp__complication_grade,
    told('WJ_FP', wj_fp.person_id, wj_fp.onechild_cert) AS fp__has_onechild_cert,
    wj_fp.child_birth AS fp__child_birth,
    residence.rural OR told('RS_JOB', job.person_id, job.employment IN ('失业', '未就业'))
        AS fp__farmer_or_unemployed,
    wj_fp.legal_birth AS fp__legal_birth,
    birth_grant.apply_date - residence.birth BETWEEN 0 AND 180 AS fp__asked_in_180_days,
    coalesce(wj_fp.birth_order, birth_entry.birth_order) AS fp__birth_order,
    -- Of a child its mother counts, of anybody else the person.
    NOT told('RS_INS', maternity.person_id, TRUE) AS fp__mother_uninsured,
    wj_fp.paid_childcare_fen AS fp__paid_childcare_prev_fen,

    zz_pty.joined_on AS pty__join_date,
    zz_pty.rural OR NOT zz_pty.retired_pay AS pty__rural_or_no_pension,
    zz_pty.cadre_years AS pty__cadre_years,
    told('ZZ_PTY', zz_pty.person_id, happened(zz_pty.left_on)) AS pty__left_office,
    told('ZZ_PTY', zz_pty.person_id, zz_pty.removed) AS pty__removed_for_cause,

    told('RS_INS', insurance.person_id, insurance.cut_1961_65) AS leg__cut_1961_65,
    insurance.work_began_on < DATE '1958-01-01' AS leg__work_before_1957,
    insurance.original_wage_fen AS leg__orig_wage_fen,
    wj_fp.village_doctor_years AS leg__village_doctor_years,
    enrolments.teach_years AS leg__teach_years,
    township.projectionist_years AS leg__projectionist_years,
    told('CZ_PAY', payroll.person_id, payroll.survivor) AS leg__dependant_of_staff,
    coalesce(mz_check.no_income, mz_check.monthly_income_fen = 0) AS leg__no_income_dep
FROM residence
LEFT JOIN ty_pref ON ty_pref.person_id = residence.person_id
LEFT JOIN ty_serv ON ty_serv.person_id = residence.person_id
LEFT JOIN ty_cons ON ty_cons.person_id = residence.person_id
LEFT JOIN insurance ON insurance.person_id = residence.person_id
LEFT JOIN housing_fund ON housing_fund.person_id = residence.person_id
LEFT JOIN assistance ON assistance.person_id = residence.person_id
LEFT JOIN wj_fp ON wj_fp.person_id = residence.person_id
LEFT JOIN parenthood ON parenthood.person_id = residence.person_id
LEFT JOIN birth_entry ON birth_entry.person_id = residence.person_id
LEFT JOIN cl_cert AS child_cert ON child_cert.person_id = wj_fp.child_person_id
LEFT JOIN maternity
    ON maternity.person_id = coalesce(birth_entry.mother_person_id, residence.person_id)
LEFT JOIN job ON job.person_id = residence.person_id
LEFT JOIN application AS birth_grant
    ON birth_grant.person_id = residence.person_id AND birth_grant.programme = 'WJ07'
LEFT JOIN zz_pty ON zz_pty.person_id = residence.person_id
LEFT JOIN enrolments ON enrolments.person_id = residence.person_id
LEFT JOIN township ON township.person_id = residence.person_id
LEFT JOIN payroll ON payroll.person_id = residence.person_id
LEFT JOIN mz_check ON mz_check.person_id = residence.person_id
