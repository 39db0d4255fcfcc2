-- Table person: disability, insurance, work, school and medical costs.

SELECT
    residence.person_id,
    told('CL_CERT', cl_cert.person_id, TRUE) AS dis__has_cert,
    cl_cert.category AS dis__category,
    cl_cert.grade AS dis__grade,
    cl_cert.status AS dis__cert_status,
    cl_cert.expires_on AS dis__cert_expire,
    elder.selfcare AS dis__selfcare,
    told('CL_SERV', care.person_id, care.entrusted) AS dis__entrusted_care,
    told('CL_SERV', care.person_id, care.home_care) AS dis__home_care,
    told('RS_INS', insurance.person_id, insurance.work_injury_care) AS dis__work_injury_care,
    told('CL_SERV', care.person_id, care.rehab_org) AS dis__rehab_org,
    counted('CL_SERV', care.person_id, care.rehab_months) AS dis__rehab_months,
    told('CL_SERV', care.person_id, care.device_approved) AS dis__device_approved,
    care.device_price_fen AS dis__device_price_fen,
    told('GA_VEH', vehicle.person_id, vehicle.wheelchair) AS dis__wheelchair_vehicle,
    told('RS_JOB', job.person_id, job.employment IN ('个体经营', '灵活就业')) AS dis__self_employed,
    told('CL_SERV', care.person_id, care.barrier_free_done) AS dis__barrier_free_done,
    care.barrier_free_cost_fen AS dis__barrier_free_cost_fen,
    told('WJ_PSY', wj_psy.person_id, wj_psy.managed AND wj_psy.medicated) AS dis__psy_outpatient,

    told('RS_INS', insurance.person_id, insurance.rural_pension) AS ins__rural_pension_receiving,
    told('RS_INS', insurance.person_id, insurance.employee_pension) AS ins__emp_pension_receiving,
    told('RS_INS', insurance.person_id, insurance.unemployment) AS ins__unemp_benefit,
    told('RS_INS', insurance.person_id, insurance.rural_pension_paid) AS ins__rural_pension_paid,
    told('RS_INS', insurance.person_id, insurance.land_lost) AS ins__land_lost_pension,
    counted('RS_INS', insurance.person_id, coalesce(insurance.flex_months, 0)) AS ins__flex_paid_months,
    counted('RS_INS', insurance.person_id, coalesce(insurance.flex_amount_fen, 0))
        AS ins__flex_paid_amt_fen,
    medical.insured AS ins__med_insured,

    told('RS_JOB', job.person_id, job.hard) AS emp__hard_to_employ,
    told('RS_JOB', job.person_id, job.public_post) AS emp__public_post,
    job.post_months AS emp__public_post_months,
    job.subsidy_months AS emp__subsidy_months,
    job.years_to_retire AS emp__years_to_retire,
    told(
        'JY_HE', student.person_id,
        student.status IN ('在读', '毕业')
        AND student.graduates_on >= first_day()
        AND student.graduates_on <= last_day() + INTERVAL 1 YEAR
    ) AS emp__graduate_year,
    job.skill AS emp__skill_cert,
    job.skill_on AS emp__skill_cert_date,
    counted('RS_INS', insurance.person_id, coalesce(insurance.unemployment_months, 0))
        AS emp__unemp_ins_months,
    told('SC_CO', business.person_id, business.first) AS emp__startup_first,
    counted('SC_CO', business.person_id, coalesce(business.months, 0)) AS emp__startup_months,

    medical.in_scope_fen AS med__self_pay_in_scope_fen,
    medical.aid_paid_fen AS med__aid_paid_year_fen,
    medical.premium_fen AS med__annual_premium_fen,

    told('JY_STU', pupil.person_id, pupil_in_school(pupil.status, pupil.from_date, pupil.to_date))
    OR told('JY_HE', student.person_id, student.enrolled) AS stu__enrolled,
    coalesce(pupil.stage, CASE WHEN student.enrolled THEN '高校' END) AS stu__stage,
    pupil.boarding AS stu__boarding,
    pupil.rural_school AS stu__rural_school,
    pupil.grade AS stu__grade,
    in_county(pupil.school_division) AS stu__school_in_county,
    pupil.aid_level AS stu__aid_level,
    pupil.agricultural AS stu__agri_major,
    told(
        'JY_HE', student.person_id,
        student.entry_year = year(last_day()) AND student.status IN ('录取', '在读')
    ) AS stu__new_admit_he,
    student.level AS stu__he_level,
    told('JY_STU', enrolments.person_id, enrolments.running > 1) AS stu__dual_enrol,
    told(
        'TY_PREF', ty_pref.person_id,
        coalesce(ty_pref.martyr_child, FALSE)
        OR coalesce(ty_pref.survivor_type = '烈属' AND ty_pref.survivor_relation = '子女', FALSE)
    ) AS stu__martyr_child
FROM residence
LEFT JOIN cl_cert USING (person_id)
LEFT JOIN elder USING (person_id)
LEFT JOIN care USING (person_id)
LEFT JOIN vehicle USING (person_id)
LEFT JOIN insurance USING (person_id)
LEFT JOIN medical USING (person_id)
LEFT JOIN job USING (person_id)
LEFT JOIN business USING (person_id)
LEFT JOIN pupil USING (person_id)
LEFT JOIN enrolments USING (person_id)
LEFT JOIN student USING (person_id)
LEFT JOIN wj_psy USING (person_id)
LEFT JOIN ty_pref USING (person_id)
