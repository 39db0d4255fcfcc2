-- Table person: assistance, means, children and old people in care, the mentally ill.

SELECT
    residence.person_id,
    mz_check.income_pc_fen AS hh__income_pc_fen,
    mz_check.excess AS hh__household_income_excess,
    mz_check.houses AS hh__houses,
    assistance.size AS hh__size,

    told('MZ_SA', assistance.person_id, assistance.dibao) AS sa__dibao,
    told('MZ_SA', assistance.person_id, assistance.dibao_single) AS sa__dibao_single,
    told('MZ_SA', assistance.person_id, assistance.dibian) AS sa__dibian,
    told('MZ_SA', assistance.person_id, assistance.tekun) AS sa__tekun,
    assistance.tekun_mode AS sa__tekun_mode,
    assistance.tekun_date AS sa__tekun_date,
    assistance.tekun_decide_by AS sa__tekun_decide_by,
    assistance.single_date AS sa__single_date,
    assistance.single_decide_by AS sa__single_decide_by,
    told('MZ_SA', assistance.person_id, assistance.zcx) AS sa__zcx,
    told('MZ_SA', assistance.person_id, assistance.lowincome) AS sa__lowincome,
    assistance.amount_fen AS sa__dibao_amount_pc_fen,
    job.refusals AS sa__refuse_job_count6m,
    taxed.income_fen AS sa__job_income_add_fen,
    assistance.exempt_months AS sa__job_income_exempt_months,
    coalesce(medical.serious_ill, told('MZ_SA', assistance.person_id, assistance.serious_ill))
        AS sa__serious_ill,

    told('MZ_CHILD', child.person_id, child.orphan) AS child__orphan,
    told('MZ_CHILD', child.person_id, child.swwr) AS child__swwr,
    told('MZ_CHILD', child.person_id, child.hiv) AS child__hiv,
    told('MZ_CHILD', child.person_id, child.in_institution) AS child__in_institution,
    child.father_status AS child__father_status,
    child.mother_status AS child__mother_status,
    child.recognised_date AS child__recognised_date,
    told('MZ_MAR', adoption.person_id, adoption.adopted) AS child__adopted,
    told(
        'CL_CERT', cl_cert.person_id,
        cl_cert.status = '正常' AND (cl_cert.grade <= 2 OR cl_cert.category IN (5, 6))
    ) OR told('YB_INS', medical.person_id, medical.serious_ill) AS child__ill_or_disabled,
    told('JY_STU', pupil.person_id, pupil_in_school(pupil.status, pupil.from_date, pupil.to_date) AND coalesce(pupil.full_time, TRUE))
    OR told('JY_HE', student.person_id, student.enrolled AND coalesce(student.full_time, TRUE))
        AS child__studying_fulltime,

    elder.assess AS eld__assess,
    elder.valid_to AS eld__assess_valid_to,
    told('MZ_ELD', mz_eld.person_id, coalesce(in_force(mz_eld.home_from, mz_eld.home_to), FALSE))
        AS eld__in_home,
    told('YB_INS', medical.person_id, medical.ltc) AS eld__ltc_insured_benefit,

    told('WJ_PSY', wj_psy.person_id, wj_psy.managed) AS psy__managed,
    wj_psy.risk AS psy__risk,
    wj_psy.guardian_ok AS psy__guardian_ok,
    told('WJ_PSY', wj_psy.person_id, wj_psy.incident) AS psy__incident
FROM residence
LEFT JOIN mz_check USING (person_id)
LEFT JOIN assistance USING (person_id)
LEFT JOIN job USING (person_id)
LEFT JOIN taxed USING (person_id)
LEFT JOIN medical USING (person_id)
LEFT JOIN child USING (person_id)
LEFT JOIN adoption USING (person_id)
LEFT JOIN cl_cert USING (person_id)
LEFT JOIN pupil USING (person_id)
LEFT JOIN student USING (person_id)
LEFT JOIN elder USING (person_id)
LEFT JOIN mz_eld USING (person_id)
LEFT JOIN wj_psy USING (person_id)
